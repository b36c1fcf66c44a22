import { CHECKOUT, Checkout } from './checkout.ts';
import { dataFolderAt } from './platform/data-folder.ts';
import { examplePlatform } from './platform/example-platform.ts';
import { commandFor, describeStart } from './summary.ts';

describe(describeStart.name, () => {
  const platform = examplePlatform();

  it('tells address, accounts with passwords, data, logs, and how to stop', () => {
    const text = describeStart(platform, { took: '5.1 s', detached: false }).join('\n');
    expect(text).toContain('every part was healthy after 5.1 s');
    expect(text).toMatch(/Address +http:\/\/localhost:8080/);
    expect(text).toMatch(/Consul API +http:\/\/127\.0\.0\.1:8500\n/);
    expect(text).toMatch(/admin +password-of-admin +administrator/);
    expect(text).toMatch(/officer +password-of-officer +province-officer, area 33/);
    expect(text).toMatch(/Data +\/data\/example\n/);
    expect(text).toMatch(/Logs +\/data\/example\/logs/);
    expect(text).toContain('Ctrl-C, or npm stop -- --data /data/example');
  });

  it('speaks of no Ctrl-C when nobody is at a terminal', () => {
    expect(describeStart(platform, { took: '5.1 s', detached: true }).join('\n')).not.toContain('Ctrl-C');
  });

  it('names the servers that are not ours', () => {
    const external = { ...platform.external, database: 'postgres://admin:hidden@db/x', consul: 'consul.example:28500', zipkin: '' };
    const text = describeStart({ ...platform, external }, { took: '5.1 s', detached: true }).join('\n');
    expect(text).toMatch(/Uses +PostgreSQL \(DATABASE_URL\), Consul \(CONSUL_HTTP_ADDR\)\n/);
    expect(text).toMatch(/Consul API +http:\/\/consul\.example:28500\n/);
    expect(text).not.toContain('hidden');
  });
});

describe(commandFor.name, () => {
  it.each([
    [Checkout.defaultData, 'npm stop'],
    [`${CHECKOUT}/other`, 'npm stop -- --data other'],
    ['/a/b', 'npm stop -- --data /a/b'],
    ["/it's/a b", "npm stop -- --data '/it'\\''s/a b'"],
  ])('for %s is %s', (data, command) => {
    expect(commandFor('npm stop', dataFolderAt(data).root)).toBe(command);
  });
});
