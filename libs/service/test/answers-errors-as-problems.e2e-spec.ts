import { once } from 'node:events';
import { connect } from 'node:net';
import { waitFor } from '@app/testing';
import { compile, startTinyService, type TinyService } from './tiny-service.js';

/** A process of Node.js with all of Nest takes a while to start where others work too. */
describe('a service answers errors as problem+json', () => {
  let service: TinyService;

  beforeAll(async () => {
    await compile();
    service = await startTinyService();
  });

  afterAll(async () => {
    service.child.kill('SIGTERM');
    await service.exited;
  });

  async function ask(path: string, init: RequestInit = {}) {
    const response = await fetch(service.url + path, init);
    return { response, problem: (await response.json()) as Record<string, unknown> };
  }
  const post = (body: string, headers: Record<string, string> = {}) =>
    ask('/echo', { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });

  it('404 for a path that does not exist, in the language that was asked for', async () => {
    const { response, problem } = await ask('/nothing?token=abc', { headers: { 'accept-language': 'zh-CN,zh;q=0.9' } });
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(problem).toEqual({ type: 'about:blank', title: '未找到', status: 404, code: 'NOT_FOUND' });
  });

  it('405 for a method that a path does not have, with the methods that it has', async () => {
    const { response, problem } = await ask('/items/7', { method: 'DELETE' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD');
    expect(problem).toMatchObject({ code: 'METHOD_NOT_ALLOWED', status: 405 });
  });

  it('400 for a body that is not JSON', async () => {
    const { response, problem } = await post('{"axles": ');
    expect(response.status).toBe(400);
    expect(problem).toMatchObject({ code: 'INPUT_INVALID', detail: expect.stringContaining('JSON') as string });
  });

  it('413 for a body larger than the limit', async () => {
    const { response, problem } = await post(JSON.stringify({ axles: 2, note: 'x'.repeat(1_100_000) }));
    expect(response.status).toBe(413);
    expect(problem).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
  });

  it('415 for a media type that nobody reads', async () => {
    const { response, problem } = await post('<axles/>', { 'content-type': 'application/xml' });
    expect(response.status).toBe(415);
    expect(problem).toMatchObject({ code: 'UNSUPPORTED_MEDIA_TYPE' });
  });

  it('400 with field and rule for each fault of a body, a query and a path parameter', async () => {
    const body = await post('{"axles": 0, "colour": "red"}');
    expect(body.problem).toMatchObject({
      status: 400,
      code: 'INPUT_INVALID',
      errors: [
        { field: 'axles', reason: expect.any(String) as string },
        { field: 'colour', reason: 'is not a known field' },
      ],
    });
    expect((await ask('/list?size=101')).problem).toMatchObject({ errors: [{ field: 'size' }] });
    expect((await ask('/items/x')).problem).toMatchObject({ errors: [{ field: 'id', reason: 'must be digits' }] });
  });

  it('500 without any detail for what nobody foresaw, and logs it with its stack', async () => {
    const { response, problem } = await ask('/boom');
    expect(response.status).toBe(500);
    expect(problem).toEqual({ type: 'about:blank', title: 'Internal error', status: 500, code: 'INTERNAL' });
    const findLine = () =>
      service
        .log()
        .split('\n')
        .find((text) => text.includes('A request failed'));
    // The line comes through the process' pipe, after the answer.
    await waitFor(() => findLine() !== undefined);
    const line = findLine();
    expect(line).toContain('TinyController.boom');
    expect(line).not.toContain('hunter2');
  });

  it('the status, detail and Retry-After of an AppError', async () => {
    const { response, problem } = await ask('/busy');
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('7');
    expect(problem).toMatchObject({ code: 'UNAVAILABLE', detail: 'The log is full' });
  });

  it('400 for a path that cannot be decoded', async () => {
    const { response, problem } = await ask('/items/%E0%A4%A');
    expect(response.status).toBe(400);
    expect(problem).toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('400 for what is not HTTP', async () => {
    const socket = connect(service.port, '127.0.0.1');
    socket.write('HELO there\r\n\r\n');
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    await once(socket, 'close');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('"code":"INPUT_INVALID"');
  });

  it('keeps a sane x-request-id and replaces any other', async () => {
    const given = await fetch(`${service.url}/list`, { headers: { 'x-request-id': 'order-17.a' } });
    expect(given.headers.get('x-request-id')).toBe('order-17.a');
    const odd = await fetch(`${service.url}/list`, { headers: { 'x-request-id': 'a b"c' } });
    expect(odd.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});
