import { copyInto, type CopyValue, inTransaction } from '@app/persistence';
import { openTrial } from './support.js';

type Trial = Awaited<ReturnType<typeof openTrial>>;

const COLUMNS = ['id', 'plate', 'weight', 'passed_at', 'photo', 'axles', 'is_truck'];

describe('copyInto', () => {
  let trial: Trial;

  beforeAll(async () => {
    trial = await openTrial();
  });
  beforeEach(async () => {
    await trial.dataSource.query(`
      DROP TABLE IF EXISTS pass;
      CREATE TABLE pass (id bigint PRIMARY KEY, plate text, weight numeric, passed_at timestamptz, photo bytea, axles integer[], is_truck boolean)`);
  });
  afterAll(() => trial.close());

  it('writes values of every kind exactly, NULLs and special characters included', async () => {
    const nasty = '浙A\t1\n2\r3\\4"\\N\\.';
    const at = new Date('2026-01-02T03:04:05.678Z');
    const rows: CopyValue[][] = [
      [9_007_199_254_740_993n, nasty, 18_947.5, at, new Uint8Array([0, 10, 92, 255]), [1, 2, null], true],
      [2, null, undefined, null, null, null, null],
      [3, '', 0, at, new Uint8Array(), [], false],
    ];
    await expect(copyInto(trial.dataSource.manager, 'pass', COLUMNS, rows)).resolves.toBe(3);
    await expect(trial.dataSource.query('SELECT * FROM pass ORDER BY id DESC')).resolves.toEqual([
      {
        id: '9007199254740993',
        plate: nasty,
        weight: '18947.5',
        passed_at: at,
        photo: Buffer.from([0, 10, 92, 255]),
        axles: [1, 2, null],
        is_truck: true,
      },
      { id: '3', plate: '', weight: '0', passed_at: at, photo: Buffer.alloc(0), axles: [], is_truck: false },
      { id: '2', plate: null, weight: null, passed_at: null, photo: null, axles: null, is_truck: null },
    ]);
  });

  it('takes rows from a generator, far more than fit into one piece', async () => {
    async function* generate(): AsyncGenerator<CopyValue[]> {
      for (let id = 1; id <= 50_000; id += 1) yield await Promise.resolve([id, `plate ${id}`]);
    }
    await expect(copyInto(trial.dataSource.manager, { schema: 'trial', table: 'pass' }, ['id', 'plate'], generate())).resolves.toBe(50_000);
    await expect(trial.dataSource.query('SELECT count(*)::int AS n, sum(id)::bigint AS sum FROM pass')).resolves.toEqual([
      { n: 50_000, sum: '1250025000' },
    ]);
  });

  it('is part of the transaction that it is given', async () => {
    const failing = inTransaction(trial.dataSource, async (manager) => {
      await copyInto(manager, 'pass', ['id'], [[1], [2]]);
      throw new Error('changed its mind');
    });
    await expect(failing).rejects.toThrow('changed its mind');
    await expect(trial.dataSource.query('SELECT count(*)::int AS n FROM pass')).resolves.toEqual([{ n: 0 }]);
  });

  it.each([
    ['a duplicate key', [[1], [1]], /duplicate key/],
    ['a row of another width', [[1], [2, 'two']], /2 values for 1 columns/],
    ['a value of another type', [[1], ['two']], /invalid input syntax/],
  ])('writes nothing after %s, and leaves the connection usable', async (_, rows, reason) => {
    await expect(copyInto(trial.dataSource.manager, 'pass', ['id'], rows as CopyValue[][])).rejects.toThrow(reason);
    await expect(copyInto(trial.dataSource.manager, 'pass', ['id'], [[7]])).resolves.toBe(1);
    await expect(trial.dataSource.query('SELECT id FROM pass')).resolves.toEqual([{ id: '7' }]);
  });
});
