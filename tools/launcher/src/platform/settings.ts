import { Failure } from '../failure.ts';
import type { DataFolder } from './data-folder.ts';
import { readPrivateJson, writePrivateJson } from './private-file.ts';

/** How a data folder was last started: what its addresses are, whether it runs or not. Private: the stores' hold passwords. */
export interface Settings {
  portOffset: number;
  /** Where people go. */
  address: string;
  issuer: string;
  /** Where each part answers on this machine: services at their management paths. */
  services: Record<string, string>;
  database: string;
  redis: string;
}

/** Stores how a data folder is started. */
export function writeSettings(folder: DataFolder, settings: Settings): Promise<void> {
  return writePrivateJson(folder.settings, settings);
}

/** How a data folder was last started; undefined when it never was. */
export async function readSettings(folder: DataFolder): Promise<Settings | undefined> {
  const stored = (await readPrivateJson(folder.settings)) as Settings | undefined;
  if (stored === undefined || Number.isInteger(stored.portOffset)) return stored;
  throw new Failure(`${folder.settings} is damaged: portOffset is no whole number.`);
}
