/** Stops what the tests of one jest run shared. */
export default async function tearDown(): Promise<void> {
  await globalThis.causewayTestRun?.stop();
  globalThis.causewayTestRun = undefined;
}
