import { ConfigModule, loadConfig, type ConfigStore } from '@app/config';
import { Permission } from '@app/contracts';
import { DiscoveryModule } from '@app/discovery';
import { AppError } from '@app/errors';
import { startTokenIssuer, type TokenIssuer, waitFor } from '@app/testing';
import { type ArgumentsHost, Catch, Controller, type ExceptionFilter, Get, Module, Req } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { CurrentPrincipal, principalOf, Public, RequirePermission, SecurityModule, type RequestPrincipal } from '@app/security';

@Controller()
class ThingsController {
  @Public()
  @Get('open')
  open() {
    return 'open';
  }

  @RequirePermission(Permission.ReportsRead)
  @Get('guarded')
  guarded(@CurrentPrincipal() principal: RequestPrincipal) {
    return principal;
  }

  @RequirePermission(Permission.ReportsRead, Permission.UsersWrite)
  @Get('both')
  both(@Req() request: object) {
    return principalOf(request).subject;
  }
}

@Public()
@Controller('mixed')
class MixedController {
  @Get('open')
  open() {
    return 'open';
  }

  @RequirePermission(Permission.UsersRead)
  @Get('guarded')
  guarded() {
    return 'guarded';
  }
}

@Controller('forgotten')
class ForgottenController {
  @Get()
  forgotten() {
    return 'open by mistake';
  }
}

@Catch(AppError)
class StatusFilter implements ExceptionFilter {
  catch(error: AppError, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<{ code: (status: number) => { send: (body: object) => void } }>();
    reply.code(error.status).send({ code: error.code });
  }
}

describe(SecurityModule.name, () => {
  let issuer: TokenIssuer;
  let store: ConfigStore;
  let app: NestFastifyApplication;

  const createApp = async (controllers: (new () => object)[], environment: Record<string, string>) => {
    store = await loadConfig('system', { environment, kv: false });
    @Module({ imports: [ConfigModule.forRoot(store), DiscoveryModule, SecurityModule.forRoot({ service: 'system' })], controllers })
    class AppModule {}
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest types its options as a class that it does not export
    const created = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), {
      logger: false,
      abortOnError: false,
    });
    created.useGlobalFilters(new StatusFilter());
    await created.init();
    return created;
  };

  beforeAll(async () => {
    issuer = await startTokenIssuer();
    app = await createApp([ThingsController, MixedController], issuer.env);
  });
  afterAll(async () => {
    await app.close();
    await issuer.stop();
  });

  const get = async (url: string, headers: Record<string, string> = {}, target = app) => {
    const { statusCode: status, body, headers: answered } = await target.inject({ method: 'GET', url, headers });
    return { status, body, challenge: answered['www-authenticate'] };
  };
  const mayRead = { aud: 'system', permissions: [Permission.ReportsRead] };

  it('lets everyone into a public handler', async () => {
    expect(await get('/open')).toMatchObject({ status: 200, body: 'open' });
    expect(await get('/mixed/open', { authorization: 'Bearer nonsense' })).toMatchObject({ status: 200 });
  });

  it('hands the handler its principal', async () => {
    const claims = {
      ...mayRead,
      sub: 'u-1',
      kind: 'user' as const,
      client_id: 'gateway',
      username: 'ann',
      name: 'Ann',
      roles: ['r'],
      area: '3301',
    };
    const { status, body } = await get('/guarded', await issuer.bearer(claims));
    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual({
      subject: 'u-1',
      kind: 'user',
      clientId: 'gateway',
      username: 'ann',
      name: 'Ann',
      roles: ['r'],
      permissions: [Permission.ReportsRead],
      area: '3301',
    });
  });

  it('asks for a token where there is none', async () => {
    expect(await get('/guarded')).toMatchObject({ status: 401, challenge: 'Bearer' });
  });

  it.each<[string, () => Promise<{ authorization: string }> | { authorization: string }]>([
    ['for another service', () => issuer.bearer({ ...mayRead, aud: 'dynamic' })],
    ['of another issuer', () => issuer.bearer({ ...mayRead, iss: 'https://evil.example' })],
    ['that has ended', () => issuer.bearer(mayRead, { expiresInSeconds: -10 })],
    ['that someone else signed', () => issuer.bearer(mayRead, { withForeignKey: true })],
    ['of another type', () => issuer.bearer(mayRead, { typ: 'JWT' })],
    ['without permissions as a list', () => issuer.bearer({ ...mayRead, permissions: 'all' as never })],
    ['that is no JWT', () => ({ authorization: 'Bearer abc' })],
    ['that is unsigned', () => ({ authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.' })],
    ['that is very long', () => ({ authorization: `Bearer ${'a'.repeat(10_000)}.${'b'.repeat(10_000)}.c` })],
    ['of another scheme', () => ({ authorization: 'Basic YTpi' })],
  ])('refuses a token %s', async (_, headers) => {
    expect(await get('/guarded', await headers())).toMatchObject({ status: 401, challenge: 'Bearer error="invalid_token"' });
  });

  it('refuses a principal that lacks one of the permissions', async () => {
    expect(await get('/both', await issuer.bearer(mayRead))).toMatchObject({ status: 403, challenge: 'Bearer error="insufficient_scope"' });
    const both = { aud: 'system', permissions: [Permission.ReportsRead, Permission.UsersWrite] };
    expect(await get('/both', await issuer.bearer(both))).toMatchObject({ status: 200 });
  });

  it('guards a handler in a public controller that asks for it', async () => {
    expect(await get('/mixed/guarded')).toMatchObject({ status: 401 });
  });

  it('does not remember a token beyond its end', async () => {
    const headers = await issuer.bearer(mayRead, { expiresInSeconds: -4 });
    // Within the tolerance for clocks, so it is good once; it is not kept, as its end is past.
    expect((await get('/guarded', headers)).status).toBe(200);
    await waitFor(async () => (await get('/guarded', headers)).status === 401);
  });

  it('answers 503, not 401, while the keys cannot be had', async () => {
    const environment = { ...issuer.env, SECURITY_JWKS_URL: 'http://127.0.0.1:1/' };
    const other = await createApp([ThingsController], environment);
    expect(await get('/guarded', await issuer.bearer(mayRead), other)).toMatchObject({ status: 503, body: '{"code":"UNAVAILABLE"}' });
    await other.close();
  });

  it('does not start with a handler that is neither guarded nor public', async () => {
    await expect(createApp([ThingsController, ForgottenController], issuer.env)).rejects.toThrow('ForgottenController.forgotten');
  });
});
