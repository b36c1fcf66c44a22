import type { INestApplication, Type } from '@nestjs/common';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { z } from 'zod';
import { documentOf, type HandlerDocument } from './api-zod.decorator.js';
import { parametersOf } from './route-parameters.js';

type Swagger = typeof import('@nestjs/swagger');
type JsonSchema = Record<string, unknown>;
type Handler = object;

const cached = new WeakMap<INestApplication, string>();

/** What every handler may answer instead. */
const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string().optional(),
  errors: z.array(z.object({ field: z.string(), reason: z.string() })).optional(),
  traceId: z.string().optional(),
});

/**
 * The OpenAPI document of an application as JSON text: its Nest controllers, with the shapes of their zod schemas. Made at the first call, for which alone
 * `@nestjs/swagger` is loaded: it costs more memory than a service may spend on what is rarely asked.
 */
export async function openApiJson(app: INestApplication, service: string): Promise<string> {
  const existing = cached.get(app);
  if (existing !== undefined) return existing;
  const swagger = await import('@nestjs/swagger');
  for (const [controller, name, handler] of handlersOf(app)) describeHandler(swagger, controller, name, handler);
  const config = new swagger.DocumentBuilder().setTitle(service).setVersion('1').addBearerAuth().build();
  const text = JSON.stringify(swagger.SwaggerModule.createDocument(app, config));
  cached.set(app, text);
  return text;
}

function* handlersOf(app: INestApplication): Generator<[controller: Type, name: string, handler: Handler]> {
  const scanner = new MetadataScanner();
  for (const module of app.get(ModulesContainer, { strict: false }).values()) {
    for (const { metatype } of module.controllers.values()) {
      const controller = metatype as Type;
      const prototype = controller.prototype as Record<string, Handler>;
      for (const name of scanner.getAllMethodNames(prototype)) {
        const handler = prototype[name];
        if (handler !== undefined) yield [controller, name, handler];
      }
    }
  }
}

/** Gives swagger, through its own decorators, what the schemas of a handler say. */
function describeHandler(swagger: Swagger, controller: Type, name: string, handler: Handler): void {
  const decorators = [...describeInput(swagger, controller, name), ...describeAnswers(swagger, documentOf(handler))];
  const prototype = controller.prototype as object;
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
  if (descriptor === undefined) return;
  for (const decorate of decorators) decorate(prototype, name, descriptor);
}

function describeInput(swagger: Swagger, controller: Type, name: string): MethodDecorator[] {
  const parameters = parametersOf(controller, name);
  const schemaOf = (kind: string) => parameters.find((parameter) => parameter.kind === kind && parameter.name === undefined)?.schema;
  const query = schemaOf('query');
  const body = schemaOf('body');
  return [
    ...(query === undefined ? [] : describeQuery(swagger, toJsonSchema(query, 'input'))),
    ...(body === undefined ? [] : [swagger.ApiBody({ schema: toJsonSchema(body, 'input') })]),
    ...parameters.flatMap(({ kind, name: parameter, schema }) =>
      kind === 'param' && parameter !== undefined ? [swagger.ApiParam({ name: parameter, schema: toJsonSchema(schema, 'input') })] : [],
    ),
  ];
}

function describeQuery(swagger: Swagger, schema: JsonSchema): MethodDecorator[] {
  const required = (schema.required ?? []) as string[];
  return Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>).map(([name, property]) =>
    swagger.ApiQuery({ name, required: required.includes(name), schema: property }),
  );
}

function describeAnswers(swagger: Swagger, { responses }: HandlerDocument): MethodDecorator[] {
  const content = { 'application/problem+json': { schema: toJsonSchema(problemSchema, 'output') } };
  return [
    ...responses.map(({ status, schema, description }) =>
      swagger.ApiResponse({ status, description, schema: toJsonSchema(schema, 'output') }),
    ),
    swagger.ApiDefaultResponse({ description: 'A problem (RFC 9457)', content }),
  ];
}

function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  return z.toJSONSchema(schema, { target: 'openapi-3.0', io, unrepresentable: 'any' });
}
