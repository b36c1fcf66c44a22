import type { ServiceName } from '@app/contracts';
import { createLogger, setLogLevel } from '@app/telemetry';
import { ConfigModule as NestConfigModule } from '@nestjs/config';
import { ConfigError, type ConfigProblem } from './config-error.js';
import { ConfigStore } from './config-store.js';
import { createConsulClient } from './consul-client.js';
import type { ConfigValue } from './define-config.js';
import { type ConfigDocument, parseConfigDocument } from './document.js';
import { configFiles, configFolder } from './files.js';
import { configKeysOf, isSharedDocument } from './kv-layout.js';
import { KvSource } from './kv-source.js';
import { consulConfig, loggingConfig, sourcesConfig } from './platform.config.js';
import { resolveConfig } from './resolve.js';

/** Changes to how configuration is loaded. */
export interface LoadConfigOptions {
  /** Instead of the process' environment and `.env` of the working directory. */
  environment?: Readonly<Record<string, string | undefined>>;
  /** How long to wait for the configuration centre before starting from files, in ms; default 5,000, and 0 for the registry itself. */
  waitMs?: number;
  /** Whether to read and follow KV at all; default true. */
  kv?: boolean;
}

const DEFAULT_WAIT_MS = 5_000;

/** The service that answers KV where no other Consul does: it cannot wait for itself. */
const KV_OWNER: ServiceName = 'registry';

/**
 * Loads the configuration of a service: environment over Consul KV over files over defaults, and follows KV until the store is
 * closed. Waits a few seconds for KV, then starts without it (health says degraded) and takes it over when it comes.
 *
 * @param service name of the service: also of its document
 * @throws ConfigError when the environment or a file is not usable
 */
export async function loadConfig(service: string, options: LoadConfigOptions = {}): Promise<ConfigStore> {
  const environment = options.environment ?? (await processEnvironment());
  const settings = readSettings(environment);
  const files = readFiles(service, settings.sources);
  const store = new ConfigStore({ service, environment, files, logger: createLogger('config') });
  store.require([loggingConfig, consulConfig, sourcesConfig]);
  const consul = store.get(consulConfig);
  if (options.kv !== false) {
    const client = createConsulClient(consul.value);
    const source = new KvSource(client, configKeysOf(service, settings.sources.profile), store);
    store.onClose(() => {
      source.close();
      client.destroy();
    });
    await source.start(options.waitMs ?? (service === KV_OWNER ? 0 : DEFAULT_WAIT_MS));
  }
  const logging = store.get(loggingConfig);
  setLogLevel(logging.value.level);
  logging.onChange(({ level }) => setLogLevel(level));
  return store;
}

/**
 * Adds what a `.env` in the working directory says to the process' environment; a variable that is set already stays. `loadConfig` does so by
 * itself: this is for what reads the environment before it, such as telemetry.
 */
export async function loadEnvironmentFile(): Promise<void> {
  await NestConfigModule.forRoot({ isGlobal: true });
}

async function processEnvironment(): Promise<Readonly<Record<string, string | undefined>>> {
  await loadEnvironmentFile();
  return process.env;
}

function readSettings(environment: Readonly<Record<string, string | undefined>>) {
  const resolution = resolveConfig(sourcesConfig, { environment, documents: [] });
  if (!('value' in resolution)) throw new ConfigError(resolution.problems);
  return { sources: resolution.value as ConfigValue<typeof sourcesConfig> };
}

function readFiles(service: string, { dir, profile }: ConfigValue<typeof sourcesConfig>): ConfigDocument[] {
  const files = new Map(configFiles(configFolder(dir)).map((file) => [file.name, file.text]));
  const problems: ConfigProblem[] = [];
  const documents: ConfigDocument[] = [];
  for (const name of configKeysOf(service, profile)) {
    const text = files.get(name);
    if (text === undefined) continue;
    const parsed = parseConfigDocument(`file ${name}.yaml`, text);
    if ('document' in parsed) documents.push({ ...parsed.document, isShared: isSharedDocument(name) });
    else problems.push(parsed.problem);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return documents;
}
