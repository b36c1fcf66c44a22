import { Checkout, CHECKOUT } from '../checkout.ts';
import { WorkspaceWatcher } from '../dev/workspace-watcher.ts';
import { parseOptions } from '../options.ts';
import { print } from '../output.ts';
import { systemEnvironment } from '../platform/environment.ts';
import type { Platform } from '../platform/platform.ts';
import { type RunningPlatform, runPlatform } from '../run-platform.ts';
import { listenForStop } from '../stop-signals.ts';
import { startNodeProcess } from '../supervise/node-process.ts';
import type { PartDefinition } from '../supervise/part.ts';
import { refuseNames } from './start.ts';

/** `npm run dev`: the platform in the foreground; an edited service is compiled and restarted, the console is rebuilt. */
export async function dev(args: readonly string[]): Promise<void> {
  const options = parseOptions(args, { command: 'npm run dev', allowed: ['data', 'port-offset', 'no-feed'], environment: process.env });
  refuseNames(options, 'npm run dev');
  const { first, onAgain } = listenForStop();
  await runPlatform(options, {
    say: print,
    detached: false,
    onHealthy: (summary) => {
      summary.forEach(print);
    },
    stopRequest: first,
    onHurry: onAgain,
    furtherParts: (platform) => [consoleBuildPart(platform)],
    accompany: watchServices,
  });
}

function watchServices({ supervisor, say }: RunningPlatform): () => void {
  const running = new Set(supervisor.status().map(({ name }) => name));
  const watcher = new WorkspaceWatcher(CHECKOUT, {
    onCompiled: async (apps, files) => {
      const affected = apps.filter((app) => running.has(app));
      say(`Compiled ${files.join(', ')}; restarting ${affected.join(', ') || 'nothing'}.`);
      await Promise.all(affected.map((app) => supervisor.restart(app)));
      if (affected.length > 0) say(`Restarted ${affected.join(', ')}.`);
    },
    onFailed: (reason) => {
      say(reason);
    },
  });
  say('Watching the sources of the services and of the console.');
  return () => {
    watcher.close();
  };
}

/** Vite, building the console again whenever one of its sources changes. */
function consoleBuildPart({ folder, environment }: Platform): PartDefinition {
  const logFile = `${folder.logs}/console-build.log`;
  const args = [`${CHECKOUT}/node_modules/vite/bin/vite.js`, 'build', '--watch'];
  const launch = () =>
    startNodeProcess({ name: 'console-build', args, cwd: Checkout.console, environment: systemEnvironment(environment), logFile });
  return { name: 'console-build', tier: 'source', port: undefined, needs: [], launch, askReady: undefined, logFile };
}
