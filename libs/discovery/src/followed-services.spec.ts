import { FollowedServices } from './followed-services.js';

/** Follows each service as an object of its own. */
function setup(services = 2) {
  const sut = new FollowedServices<{ name: string }>({ services, idleMs: 100 });
  const ask = (name: string, now = 0) => sut.ask(name, now, () => ({ name }));
  const namesOf = (values: Iterable<{ name: string }>) => [...values].map(({ name }) => name);
  return { sut, ask, followed: () => [...sut].map(([name]) => name), namesOf };
}

describe(FollowedServices.name, () => {
  it('begins to follow a service once', () => {
    const { ask, followed } = setup();
    expect(ask('system')).toBe(ask('system', 5));
    expect(followed()).toEqual(['system']);
  });

  it('lets go of what nobody has asked for in a while; looking is not asking', () => {
    const { sut, ask, followed, namesOf } = setup();
    ask('system');
    ask('auth');
    ask('auth', 50);
    expect(namesOf(sut.letGo(99, () => false))).toEqual([]);
    sut.find('system');
    expect(namesOf(sut.letGo(100, () => false))).toEqual(['system']);
    expect([followed(), sut.find('system')]).toEqual([['auth'], undefined]);
  });

  it('keeps what is needed for as long as it is', () => {
    const { sut, ask, namesOf } = setup();
    ask('system');
    ask('auth');
    expect(namesOf(sut.letGo(500, (service) => service === 'auth'))).toEqual(['system']);
    expect(namesOf(sut.letGo(501, () => false))).toEqual(['auth']);
  });

  it('refuses one service too many by name of the limit, and goes on with the others', () => {
    const { sut, ask, followed } = setup();
    const system = ask('system');
    ask('auth');
    expect(() => ask('dynamic')).toThrow('No more than 2 services of the registry are followed at once.');
    expect([ask('system', 60), followed()]).toEqual([system, ['system', 'auth']]);
    sut.letGo(110, () => false);
    expect(ask('dynamic')).toEqual({ name: 'dynamic' });
  });
});
