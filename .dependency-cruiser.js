/**
 * The layers of libs, lowest first: a lib may import libs of lower layers only. `testing` is for tests; `service` knows all others.
 * docs/adr says why.
 */
const layers = [
  ['contracts', 'engines'],
  ['errors'],
  ['telemetry'],
  ['config'],
  ['persistence', 'redis'],
  ['discovery'],
  ['security', 'streaming'],
  ['service'],
  ['testing'],
];

const above = (index) =>
  layers
    .slice(index)
    .flat()
    .filter((lib) => lib !== 'testing');

const layerRules = layers
  .flatMap((layer, index) =>
    layer.map((lib) => ({
      name: `${lib}-imports-lower-layers-only`,
      comment: `libs/${lib} may import only the libs below it.`,
      severity: 'error',
      from: { path: `^libs/${lib}/src`, pathNot: '\\.spec\\.ts$' },
      to: { path: `^libs/(${[...above(index), 'testing'].filter((name) => name !== lib).join('|')})/` },
    })),
  )
  .filter((rule) => rule.to.path !== '^libs/()/');

const indexRules = layers.flat().map((lib) => ({
  name: `${lib}-by-its-index-only`,
  comment: 'Import a lib by its alias; its index.ts says what is public.',
  severity: 'error',
  from: { pathNot: `^libs/${lib}/` },
  to: { path: `^libs/${lib}/`, pathNot: [`^libs/${lib}/src/index\\.ts$`, `^libs/${lib}/dist/index\\.js$`] },
}));

export default {
  forbidden: [
    ...layerRules,
    {
      name: 'no-app-to-app',
      comment: 'Services meet through contracts only.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    { name: 'no-lib-to-app', severity: 'error', from: { path: '^libs/' }, to: { path: '^(apps|tools)/' } },
    {
      name: 'no-app-to-tools',
      severity: 'error',
      from: { path: '^apps/', pathNot: '/test/' },
      to: { path: '^tools/' },
    },
    {
      name: 'testing-is-for-tests',
      severity: 'error',
      from: { path: '^(apps|libs|tools)/', pathNot: '(\\.spec\\.ts|/test/|^libs/testing/)' },
      to: { path: '^libs/testing/' },
    },
    ...indexRules,
    {
      name: 'contracts-import-no-framework',
      severity: 'error',
      from: { path: '^libs/(contracts|errors|engines)/src', pathNot: '\\.spec\\.ts$' },
      to: { path: 'node_modules/(@nestjs|fastify|typeorm|ioredis)' },
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['(^|/)dist/', '^apps/console'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.json'],
    },
  },
};
