import { InjectConfig, type LiveConfig } from '@app/config';
import { createLogger } from '@app/telemetry';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { type TracesConfig, tracesConfig } from '../registry.config.js';
import { TraceStore } from './trace-store.js';
import { ZipkinServer } from './zipkin-server.js';

/** Runs the trace store as long as the application. */
@Injectable()
export class ZipkinService implements OnModuleInit, OnApplicationShutdown {
  private server: ZipkinServer | undefined;

  constructor(@InjectConfig(tracesConfig) private readonly config: LiveConfig<TracesConfig>) {}

  async onModuleInit(): Promise<void> {
    const { zipkin, host, port, maxBytes } = this.config.value;
    if (zipkin === 'external') return;
    const logger = createLogger('zipkin');
    this.server = new ZipkinServer(new TraceStore(maxBytes), { host, port }, logger);
    logger.info({ host, port: await this.server.listen() }, 'Zipkin API listens');
  }

  async onApplicationShutdown(): Promise<void> {
    await this.server?.close();
  }
}
