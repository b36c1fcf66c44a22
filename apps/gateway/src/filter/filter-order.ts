/** Where each filter stands on the way out. Every filter names its own; together they are read here. */
export const FilterOrder = {
  RemoveOutsideHeaders: 100,
  RequestId: 200,
  HidePaths: 300,
  TokenExchange: 400,
  StripPrefix: 1_000,
  ForwardedHeaders: 9_000,
  TraceHeaders: 9_100,
} as const;
