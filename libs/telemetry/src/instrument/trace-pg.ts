/**
 * Patches the given `pg` with OpenTelemetry's own instrumentation, without its hooks into module loading: an import in ESM would pass those by,
 * and they would cost every `require`. Queries outside a trace and connects make no span; parameters are never recorded.
 */
export async function tracePg(pg: unknown): Promise<void> {
  const { PgInstrumentation } = await import('@opentelemetry/instrumentation-pg');
  const instrumentation = new PgInstrumentation({ enabled: false, requireParentSpan: true, ignoreConnectSpans: true });
  const definition = instrumentation.getModuleDefinitions().find((candidate) => candidate.name === 'pg');
  if (definition?.patch === undefined) throw new Error('The instrumentation of pg has no patch for it');
  definition.patch(pg);
}
