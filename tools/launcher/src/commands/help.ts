import { SERVICE_NAMES, SERVICE_PORTS, type ServiceName } from '@app/contracts';

export const START_HELP = `Starts the whole platform on this machine, and waits until every part is healthy.

  npm start [-- options]

  --no-feed         without the simulated weigh stations
  --data DIR        keeps data, logs and secrets there (default: data/ in the checkout)
  --port-offset N   adds N to every port, so that two platforms run side by side
                    (default: the one that the data folder was last started with, else 0)
  --detach          returns once everything is healthy; npm stop ends it
  --help            this text

Ctrl-C stops everything that was started; a second Ctrl-C hurries. The data stays.

Other commands; all take --data DIR:

  npm stop                            stops the platform
  npm run status [-- --json]          each part: process, port, state, restarts
  npm run logs [-- PART] [-f]         what the parts write (-f: and go on)
  npm run restart -- PART             stops and starts one part
  npm run credentials [-- --json]     addresses, accounts and clients of the data folder
  npm run dev                         rebuilds and restarts what is edited
  npm run start:SERVICE [-- --help]   one service alone: ${SERVICE_NAMES.join(', ')}

Servers that already run are used instead of own ones when these are set:
  DATABASE_URL (an administrator's), REDIS_URL, CONSUL_HTTP_ADDR, ZIPKIN_URL.
The data folder does not remember them: set them at every start.
PUBLIC_URL is the address that people use, when it is not http://localhost:8080; SERVICE_HOST is what the gateway listens
on (default 127.0.0.1); LOG_LEVEL and PROFILE go to every service.`;

export const LOGS_HELP = `Shows what the parts of a platform write, running or stopped.

  npm run logs [-- PART ...] [options]

  -f, --follow      goes on as more is written
  -n, --lines N     how many lines of each part (default 40)
  --raw             as written: JSON lines
  --data DIR        the platform's data folder`;

const REGISTRY_HELP = `Starts the registry alone in the foreground: a Consul agent that needs no other program.

  npm run start:registry [-- options]

  --port N     the port of the Consul API (default: CONSUL_PORT, else 8500)
  --data DIR   keeps keys, sessions and registrations there (default: data/registry in the checkout);
               the data folder of a platform: runs the registry of that platform
  --help       this text

Ctrl-C stops it; what it has acknowledged stays. It listens on the loopback address; with CONSUL_HTTP_TOKEN, which every request then
needs, on CONSUL_HOST. Its health is on SERVICE_PORT (default: any port that is free). ZIPKIN_PORT opens the trace store, too. YAML
files of CONFIG_DIR (default: DIR/config) are put into KV as config/NAME/data.`;

/** What `npm run start:<service> -- --help` says. */
export function describeSingle(name: ServiceName): string {
  if (name === 'registry') return REGISTRY_HELP;
  return `Starts ${name} alone in the foreground, with the settings of the environment, else with those of a platform's data folder.

  npm run start:${name} [-- options]

  --port N     the port that it listens on (default: SERVICE_PORT, else ${SERVICE_PORTS[name]})
  --data DIR   joins the platform whose data folder this is (default: data/ in the checkout)
  --help       this text

Ctrl-C stops it.`;
}
