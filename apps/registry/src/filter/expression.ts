/** How a value is compared, as error texts name it. `contains` is `in` the other way round. */
export type Operator = 'Equal' | 'Not Equal' | 'Is Empty' | 'Is Not Empty' | 'In' | 'Not In' | 'Matches' | 'Not Matches';

/** One comparison. */
export interface Match {
  readonly type: 'match';
  readonly selector: readonly string[];
  readonly operator: Operator;
  /** As it is written, without quotes; absent where the operator takes none. */
  readonly value?: string;
}

/** What was read of an expression. Chains of `and` and `or` are flat, so that only brackets and `not` nest. */
export type Expression =
  | Match
  | { readonly type: 'not'; readonly operand: Expression }
  | { readonly type: 'and' | 'or'; readonly operands: readonly Expression[] };
