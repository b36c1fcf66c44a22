import { jest } from '@jest/globals';
import { createLogger } from './logger.js';
import { NestLogger } from './nest-logger.js';

describe(NestLogger.name, () => {
  const setup = (component: string) => {
    const logger = createLogger(component);
    const info = jest.spyOn(logger, 'info').mockImplementation(() => undefined);
    const error = jest.spyOn(logger, 'error').mockImplementation(() => undefined);
    const debug = jest.spyOn(logger, 'debug').mockImplementation(() => undefined);
    return { sut: new NestLogger(), mocks: { info, error, debug } };
  };

  it('makes the context the component', () => {
    const { sut, mocks } = setup('AreasModule');
    sut.log('Loaded', 'AreasModule');
    expect(mocks.info).toHaveBeenCalledWith({}, 'Loaded');
  });

  it('keeps the stack of an error', () => {
    const { sut, mocks } = setup('ExceptionsHandler');
    sut.error('broken', 'Error: broken\n    at here', 'ExceptionsHandler');
    expect(mocks.error).toHaveBeenCalledWith({ stack: 'Error: broken\n    at here' }, 'broken');
  });

  it('takes an error itself, and a stack without a context', () => {
    const { sut, mocks } = setup('Nest');
    const error = new Error('broken');
    sut.error(error);
    sut.error('broken', 'Error: broken\n    at here');
    expect(mocks.error.mock.calls).toEqual([
      [{ err: error }, 'broken'],
      [{ stack: 'Error: broken\n    at here' }, 'broken'],
    ]);
  });

  it('says of routes only when debugging', () => {
    const { sut, mocks } = setup('RouterExplorer');
    sut.log('Mapped {/a, GET} route', 'RouterExplorer');
    expect(mocks.info).not.toHaveBeenCalled();
    expect(mocks.debug).toHaveBeenCalledWith({}, 'Mapped {/a, GET} route');
  });
});
