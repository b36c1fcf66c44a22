import { AllowedMethods } from './allowed-methods.js';

describe(AllowedMethods.name, () => {
  const sut = new AllowedMethods();
  sut.add('/users', ['GET', 'HEAD']);
  sut.add('/users', ['POST']);
  sut.add('/users/:id', ['GET']);
  sut.add('/files/*', ['GET']);
  sut.add('/a.b/:from-:to', ['PUT']);

  it.each([
    ['/users', ['GET', 'HEAD', 'POST']],
    ['/users/7', ['GET']],
    ['/users/7/roles', []],
    ['/users/', []],
    ['/files/a/b', ['GET']],
    ['/a.b/1-2', ['PUT']],
    ['/aXb/1-2', []],
    ['/nothing', []],
  ])('%s has %j', (path, methods) => {
    expect(sut.of(path)).toEqual(methods);
  });
});
