import { canonicalLocation, isPageVisit } from './page-visit.js';

const html = { accept: 'text/html,*/*;q=0.8', host: '127.0.0.1:8080' };

describe(isPageVisit.name, () => {
  it.each([
    ['GET', html, true],
    ['HEAD', html, true],
    ['POST', html, false],
    ['GET', { ...html, authorization: 'Bearer x' }, false],
    ['GET', { accept: '*/*' }, false],
    ['GET', {}, false],
  ])('%s %j: %s', (method, headers, expected) => {
    expect(isPageVisit({ method, headers })).toBe(expected);
  });
});

describe(canonicalLocation.name, () => {
  const publicUrl = 'http://localhost:8080';

  it('sends a page visit under another name to the canonical one', () => {
    expect(canonicalLocation({ method: 'GET', headers: html, url: '/live?a=1' }, publicUrl)).toBe('http://localhost:8080/live?a=1');
  });

  it('leaves visits under the canonical name and calls of programs where they are', () => {
    expect(canonicalLocation({ method: 'GET', headers: { ...html, host: 'LOCALHOST:8080' }, url: '/' }, publicUrl)).toBeUndefined();
    expect(canonicalLocation({ method: 'GET', headers: { host: '127.0.0.1:8080' }, url: '/' }, publicUrl)).toBeUndefined();
  });

  it('knows that a default port is not written', () => {
    const headers = { ...html, host: 'causeway.example' };
    expect(canonicalLocation({ method: 'GET', headers, url: '/' }, 'https://causeway.example')).toBeUndefined();
  });
});
