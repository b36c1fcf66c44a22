/** The words of a one-line shortcut, in their order. */
export type PartWords = readonly string[];

/** A predicate or filter as data: its name and what it was given, not yet understood. */
export interface PartDefinition {
  readonly name: string;
  /** Of a one-line shortcut: the words in their order. Of the long form: values by name. */
  readonly args: PartWords | Readonly<Record<string, unknown>>;
  /** As it was written, for messages. */
  readonly text: string;
}

/** A route as data, in the terms of Spring Cloud Gateway. */
export interface RouteDefinition {
  readonly id: string;
  readonly uri: string;
  readonly predicates: readonly PartDefinition[];
  readonly filters: readonly PartDefinition[];
  /** The lowest counts first; equal ones in the order of definition. */
  readonly order: number;
  readonly metadata: Readonly<Record<string, unknown>>;
}
