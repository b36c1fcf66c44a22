import { inTransaction } from '@app/persistence';
import { openTrial } from './support.js';

type Trial = Awaited<ReturnType<typeof openTrial>>;

const CLASH = 'two transactions that cannot both be right';

describe('inTransaction', () => {
  let trial: Trial;

  beforeAll(async () => {
    trial = await openTrial({ poolMax: 20 });
    await trial.dataSource.query('CREATE TABLE counter (id integer PRIMARY KEY, n integer NOT NULL)');
  });
  beforeEach(async () => {
    await trial.dataSource.query('TRUNCATE counter; INSERT INTO counter VALUES (1, 0), (2, 0)');
  });
  afterAll(() => trial.close());

  const countOf = async (id: number) => (await trial.dataSource.query<{ n: number }[]>('SELECT n FROM counter WHERE id = $1', [id]))[0]?.n;

  it(`repeats ${CLASH} until each has counted`, async () => {
    let runs = 0;
    const { promise: bothHaveRead, resolve: release } = Promise.withResolvers<unknown>();
    const increment = () =>
      inTransaction(
        trial.dataSource,
        async (manager) => {
          const [row] = await manager.query<{ n: number }[]>('SELECT n FROM counter WHERE id = 1');
          runs += 1;
          if (runs === 2) release(undefined);
          await bothHaveRead;
          await manager.query('UPDATE counter SET n = $1 WHERE id = 1', [(row?.n ?? 0) + 1]);
        },
        { isolation: 'REPEATABLE READ' },
      );
    await Promise.all([increment(), increment()]);
    expect(runs).toBe(3);
    await expect(countOf(1)).resolves.toBe(2);
  });

  it('repeats the victim of a deadlock', async () => {
    const { promise: bothHoldOne, resolve: release } = Promise.withResolvers<unknown>();
    let holding = 0;
    const lockInTurn = (first: number, second: number) =>
      inTransaction(trial.dataSource, async (manager) => {
        await manager.query('UPDATE counter SET n = n + 1 WHERE id = $1', [first]);
        holding += 1;
        if (holding === 2) release(undefined);
        await bothHoldOne;
        await manager.query('UPDATE counter SET n = n + 1 WHERE id = $1', [second]);
      });
    await Promise.all([lockInTurn(1, 2), lockInTurn(2, 1)]);
    expect([await countOf(1), await countOf(2), holding]).toEqual([2, 2, 3]);
  });

  it('gives up after so many attempts with the error of the last', async () => {
    let runs = 0;
    const hopeless = inTransaction(
      trial.dataSource,
      (manager) => {
        runs += 1;
        return manager.query(`DO $$ BEGIN RAISE EXCEPTION 'clash' USING ERRCODE = '40001'; END $$`);
      },
      { attempts: 3 },
    );
    await expect(hopeless).rejects.toMatchObject({ driverError: { code: '40001' } });
    expect(runs).toBe(3);
  });

  it('does not repeat any other failure, and rolls it back', async () => {
    let runs = 0;
    const failing = inTransaction(trial.dataSource, async (manager) => {
      runs += 1;
      await manager.query('UPDATE counter SET n = 99');
      throw new Error('a bug');
    });
    await expect(failing).rejects.toThrow('a bug');
    expect(runs).toBe(1);
    await expect(countOf(1)).resolves.toBe(0);
  });
});
