import { createCookies } from './cookies.js';

describe(createCookies.name, () => {
  it('names cookies after the port and marks them', () => {
    const cookies = createCookies('http://localhost:8080');
    expect(cookies.session).toBe('causeway_gateway_8080');
    expect(cookies.set(cookies.session, 'v')).toBe('causeway_gateway_8080=v; Path=/; HttpOnly; SameSite=Lax');
    expect(cookies.clear('x', { path: '/login' })).toBe('x=; Path=/login; HttpOnly; SameSite=Lax; Max-Age=0');
  });

  it('sends them over https only where the address is https', () => {
    const cookies = createCookies('https://causeway.example');
    expect(cookies.session).toBe('causeway_gateway_443');
    expect(cookies.set('a', 'b')).toContain('; Secure');
  });

  it('knows its own', () => {
    const cookies = createCookies('http://localhost:8080');
    expect(cookies.isOwn(cookies.signIn('abcdefghij'))).toBe(true);
    expect(cookies.isOwn('causeway_gateway_8080')).toBe(true);
    expect(cookies.isOwn('causeway_gateway_80801')).toBe(false);
    expect(cookies.isOwn('auth_session')).toBe(false);
  });
});
