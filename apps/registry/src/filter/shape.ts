/** A value that has no parts, by how an expression's value is read for it. */
export type Primitive = 'string' | 'bool' | 'int' | 'float';

/** The type of something that an expression can speak of. */
export type Shape = Primitive | ListShape | MapShape | StructShape;

/** A list; an expression about parts of its items holds when it does for any of them. */
export interface ListShape {
  readonly items: Shape;
}

/** Values by any name. */
export interface MapShape {
  readonly values: Shape;
}

/** Values by known names: those of the JSON that is filtered. */
export interface StructShape {
  readonly fields: Readonly<Record<string, Shape>>;
}

/** A list of this. */
export function listOf(items: Shape): ListShape {
  return { items };
}

/** This by any name. */
export function mapOf(values: Shape): MapShape {
  return { values };
}

/** These by their names. */
export function struct(fields: StructShape['fields']): StructShape {
  return { fields };
}
