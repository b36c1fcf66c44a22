import { statfs } from 'node:fs/promises';
import { arch, cpus, freemem, hostname, platform, release, totalmem, uptime } from 'node:os';
import { NS_PER_MS } from '../../go/duration.js';

const PERCENT = 100;

/** `GET /v1/agent/host`: of what Consul tells of a machine that which Node knows as well. */
export async function hostJson() {
  const disk = await statfs('/');
  const [total, free] = [totalmem(), freemem()];
  const [diskTotal, diskFree] = [disk.blocks * disk.bsize, disk.bavail * disk.bsize];
  return {
    Memory: { total, available: free, used: total - free, usedPercent: percentOf(total - free, total), free },
    CPU: cpus().map(({ model, speed }, cpu) => ({ cpu, cores: 1, modelName: model, mhz: speed })),
    Host: {
      hostname: hostname(),
      uptime: Math.floor(uptime()),
      bootTime: Math.floor(Date.now() / 1_000 - uptime()),
      os: platform(),
      platform: platform(),
      kernelVersion: release(),
      kernelArch: arch(),
    },
    Disk: {
      path: '/',
      total: diskTotal,
      free: diskFree,
      used: diskTotal - diskFree,
      usedPercent: percentOf(diskTotal - diskFree, diskTotal),
      inodesTotal: disk.files,
      inodesUsed: disk.files - disk.ffree,
      inodesFree: disk.ffree,
    },
    CollectionTime: Date.now() * NS_PER_MS,
    Errors: null,
  };
}

function percentOf(part: number, whole: number): number {
  return whole === 0 ? 0 : (part / whole) * PERCENT;
}
