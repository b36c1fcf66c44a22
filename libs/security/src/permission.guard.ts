import type { PermissionCode } from '@app/contracts';
import { AppError, CommonError } from '@app/errors';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { setPrincipal } from './current-principal.decorator.js';
import { PUBLIC_METADATA } from './public.decorator.js';
import { PERMISSIONS_METADATA } from './require-permission.decorator.js';
import { TokenVerifier } from './token-verifier.service.js';

const BEARER = /^Bearer ([\w.~+/-]+=*)$/i;

interface HttpRequest {
  headers: Record<string, string | string[] | undefined>;
}

interface HttpReply {
  header(name: string, value: string): unknown;
}

/** Admits a request to a handler when it carries an internal JWT for this service with every permission that the handler names. */
@Injectable()
export class PermissionGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly verifier: TokenVerifier,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const places = [context.getHandler(), context.getClass()];
    const required = this.reflector.getAllAndOverride<PermissionCode[] | undefined>(PERMISSIONS_METADATA, places);
    if (this.#isPublic(context, required)) return true;
    const http = context.switchToHttp();
    const request = http.getRequest<HttpRequest>();
    const reply = http.getResponse<HttpReply>();
    const principal = await this.#authenticate(request, reply);
    const missing = required?.find((permission) => !principal.permissions.includes(permission));
    if (required === undefined || missing !== undefined) {
      // RFC 6750 section 3.1
      reply.header('www-authenticate', 'Bearer error="insufficient_scope"');
      throw new AppError(CommonError.FORBIDDEN, { context: { subject: principal.subject, missing: missing ?? '' } });
    }
    setPrincipal(request, principal);
    return true;
  }

  /** A handler's own mark goes before its controller's, whichever of the two it is. */
  #isPublic(context: ExecutionContext, required: PermissionCode[] | undefined): boolean {
    const ownPermissions = this.reflector.get<PermissionCode[] | undefined>(PERMISSIONS_METADATA, context.getHandler());
    if (ownPermissions !== undefined) return false;
    const ownPublic = this.reflector.get<boolean | undefined>(PUBLIC_METADATA, context.getHandler());
    if (ownPublic === true) return true;
    return required === undefined && this.reflector.get<boolean | undefined>(PUBLIC_METADATA, context.getClass()) === true;
  }

  async #authenticate(request: HttpRequest, reply: HttpReply) {
    const { authorization } = request.headers;
    if (authorization === undefined) {
      reply.header('www-authenticate', 'Bearer');
      throw new AppError(CommonError.UNAUTHENTICATED);
    }
    const token = typeof authorization === 'string' ? BEARER.exec(authorization)?.[1] : undefined;
    const principal = token === undefined ? undefined : await this.verifier.verify(token);
    if (principal === undefined) {
      reply.header('www-authenticate', 'Bearer error="invalid_token"');
      throw new AppError(CommonError.UNAUTHENTICATED);
    }
    return principal;
  }
}
