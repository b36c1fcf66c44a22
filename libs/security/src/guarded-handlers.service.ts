import { Injectable, type OnModuleInit } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { PUBLIC_METADATA } from './public.decorator.js';
import { PERMISSIONS_METADATA } from './require-permission.decorator.js';

/** Refuses to start an application that has an HTTP handler with neither `@RequirePermission(...)` nor `@Public()`. */
@Injectable()
export class GuardedHandlers implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  onModuleInit(): void {
    const open = this.discovery
      .getControllers()
      .flatMap(({ metatype }) => (typeof metatype === 'function' ? this.#unmarked(metatype) : []));
    if (open.length > 0) {
      throw new Error(`Every handler needs @RequirePermission(...) or @Public(); these have neither: ${open.join(', ')}.`);
    }
  }

  #unmarked(controller: { name: string; prototype?: unknown }): string[] {
    if (isMarked(controller)) return [];
    const prototype = controller.prototype as Record<string, unknown>;
    return this.scanner
      .getAllMethodNames(prototype)
      .filter((name) => {
        const handler = prototype[name] as object;
        return Reflect.hasMetadata(METHOD_METADATA, handler) && !isMarked(handler);
      })
      .map((name) => `${controller.name}.${name}`);
  }
}

function isMarked(target: object): boolean {
  return Reflect.hasMetadata(PERMISSIONS_METADATA, target) || Reflect.hasMetadata(PUBLIC_METADATA, target);
}
