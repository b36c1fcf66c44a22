import {
  cookieNames,
  cookieValue,
  endToEndRequestHeaders,
  endToEndResponseHeaders,
  hasRequestBody,
  withoutCookie,
} from './header-rules.js';

const HOST = ['Host', 'a.example'];

describe(endToEndRequestHeaders.name, () => {
  it('keeps order, repetition and values, and writes names in lower case', () => {
    const raw = [...HOST, 'Accept', 'a', 'X-One', '1', 'accept', 'b'];
    expect(endToEndRequestHeaders(raw)).toEqual(['accept', 'a', 'x-one', '1', 'accept', 'b']);
  });

  it.each([
    'Connection',
    'Keep-Alive',
    'Proxy-Connection',
    'Proxy-Authorization',
    'Proxy-Authenticate',
    'TE',
    'Trailer',
    'Upgrade',
    'HTTP2-Settings',
    'Expect',
  ])('leaves out %s', (name) => {
    expect(endToEndRequestHeaders([...HOST, name, 'close', 'X-One', '1'])).toEqual(['x-one', '1']);
  });

  it('leaves out what Connection names, wherever it stands', () => {
    const raw = [...HOST, 'X-Two', '2', 'Connection', 'keep-alive, X-One', 'X-One', '1', 'Connection', ' x-two ', 'X-Three', '3'];
    expect(endToEndRequestHeaders(raw)).toEqual(['x-three', '3']);
  });

  it.each(['authorization', 'cookie', 'content-length', 'content-type'])('does not let Connection take %s away', (name) => {
    expect(endToEndRequestHeaders([...HOST, 'Connection', name, name, '5'])).toEqual([name, '5']);
  });

  it.each(['Host', 'Authorization', 'Content-Type', 'Content-Length', 'Origin', 'Transfer-Encoding'])('refuses two %s fields', (name) => {
    const others = name === 'Host' ? [] : HOST;
    expect(endToEndRequestHeaders([...others, name, 'chunked', name.toLowerCase(), 'chunked'])).toBe(
      `more than one ${name.toLowerCase()} field`,
    );
  });

  it('refuses a request without Host, and a coding that it does not know', () => {
    expect(endToEndRequestHeaders(['Accept', '*/*'])).toBe('no host field');
    expect(endToEndRequestHeaders([...HOST, 'Transfer-Encoding', 'gzip, chunked'])).toContain('transfer coding');
  });

  it('takes a chunked body without its framing', () => {
    expect(endToEndRequestHeaders([...HOST, 'Transfer-Encoding', 'Chunked'])).toEqual([]);
  });
});

describe(endToEndResponseHeaders.name, () => {
  it('keeps every line of a field and leaves out what is about the connection', () => {
    const headers = {
      'set-cookie': ['a=1', 'b=2'],
      connection: 'X-Inner, close',
      'x-inner': 'secret',
      'keep-alive': 'timeout=5',
      'transfer-encoding': 'chunked',
      'content-type': 'text/plain',
    };
    expect(endToEndResponseHeaders(headers, 200)).toEqual(['set-cookie', 'a=1', 'set-cookie', 'b=2', 'content-type', 'text/plain']);
  });

  it('gives a 204 no length, and leaves a 304 its own', () => {
    expect(endToEndResponseHeaders({ 'content-length': '5' }, 204)).toEqual([]);
    expect(endToEndResponseHeaders({ 'content-length': '5' }, 304)).toEqual(['content-length', '5']);
  });
});

describe(hasRequestBody.name, () => {
  it.each([
    [{}, false],
    [{ 'content-length': '0' }, false],
    [{ 'content-length': '1' }, true],
    [{ 'transfer-encoding': 'chunked' }, true],
  ])('%j: %s', (headers, expected) => {
    expect(hasRequestBody(headers)).toBe(expected);
  });
});

describe('cookies', () => {
  it('takes one out and leaves the rest as it is', () => {
    const isUnwanted = (name: string) => name === 'gone';
    expect(withoutCookie('a=1; gone=2; b="x y"', isUnwanted)).toBe('a=1; b="x y"');
    expect(withoutCookie('gone=2', isUnwanted)).toBeUndefined();
    expect(withoutCookie('gone=1;a=1;gone=3', isUnwanted)).toBe('a=1');
  });

  it('finds a value by its whole name', () => {
    expect(cookieValue('xa=1; a=2=3; a=4', 'a')).toBe('2=3');
    expect(cookieValue('xa=1', 'a')).toBeUndefined();
    expect(cookieValue(undefined, 'a')).toBeUndefined();
    expect(cookieNames('xa=1; a=2=3;b')).toEqual(['xa', 'a', 'b']);
  });
});
