import { AppError, CommonError } from '@app/errors';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { LiveGatewayConfig } from '../gateway.config.js';
import { GatewayError } from '../gateway.errors.js';
import { LIVE_GATEWAY_CONFIG } from '../gateway.tokens.js';
import { isPageVisit } from '../proxy/page-visit.js';
import { type ConsoleFile, findConsoleFile } from './console-files.js';
import { languageOf, PLAIN_PAGE_HEADERS, renderPlainPage } from './plain-page.js';
import { SECURITY_HEADERS } from './security-headers.js';

const NOT_BUILT = {
  title: { en: 'The console is not built', 'zh-CN': '控制台尚未构建' },
  text: { en: 'Run "npm run build" and load this page again.', 'zh-CN': '请运行 "npm run build" 后重新加载本页。' },
};

/** The console's files, and its index for every path of its own. */
@Controller()
export class ConsoleController {
  constructor(@Inject(LIVE_GATEWAY_CONFIG) private readonly config: LiveGatewayConfig) {}

  @Get(['/', '*'])
  async file(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { consoleDir } = this.config.value;
    const isVisit = isPageVisit(request.raw);
    const file = await findConsoleFile(consoleDir, request.url.split('?', 1)[0] ?? '/', isVisit);
    if (file === undefined) throw new AppError(CommonError.NOT_FOUND);
    reply.headers(SECURITY_HEADERS);
    if (file === 'missing') await sendNotBuilt(request, reply, isVisit);
    else await sendFile(reply, file);
  }
}

async function sendFile(reply: FastifyReply, { name, cacheControl }: ConsoleFile): Promise<void> {
  reply.header('cache-control', cacheControl);
  await reply.sendFile(name, { cacheControl: false });
}

async function sendNotBuilt(request: FastifyRequest, reply: FastifyReply, isVisit: boolean): Promise<void> {
  if (!isVisit) throw new AppError(GatewayError.GW_CONSOLE_MISSING);
  const page = renderPlainPage(NOT_BUILT, languageOf(request.headers));
  await reply.status(503).headers(PLAIN_PAGE_HEADERS).send(page);
}
