import { SERVICE_NAMES } from '@app/contracts';

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
  npm run start:SERVICE               one service alone: ${SERVICE_NAMES.join(', ')}

Servers that already run are used instead of own ones when these are set:
  DATABASE_URL (an administrator's), REDIS_URL, CONSUL_HTTP_ADDR, ZIPKIN_URL.
PUBLIC_URL is the address that people use, when it is not http://localhost:8080; SERVICE_HOST is what the gateway listens
on (default 127.0.0.1); LOG_LEVEL and PROFILE go to every service.`;

export const LOGS_HELP = `Shows what the parts of a platform write, running or stopped.

  npm run logs [-- PART ...] [options]

  -f, --follow      goes on as more is written
  -n, --lines N     how many lines of each part (default 40)
  --raw             as written: JSON lines
  --data DIR        the platform's data folder`;
