import { RUN_FOLDER_VARIABLE, RunHost } from './run-host.ts';

/** Opens what the tests of one jest run share; `jest-global-teardown` closes it. Runs once, whatever number of projects names it. */
export default async function setUp(): Promise<void> {
  if (globalThis.causewayTestRun !== undefined) return;
  globalThis.causewayTestRun = await RunHost.start();
  process.env[RUN_FOLDER_VARIABLE] = globalThis.causewayTestRun.folder;
}

declare global {
  var causewayTestRun: RunHost | undefined;
}
