import { findOnPath, type Installer, installProgram, type SystemProgram } from './package-manager.ts';

const CHROMIUM: SystemProgram = { title: 'Chromium', packages: { 'apt-get': 'chromium' } };

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** The path of a Chromium on PATH. */
export function findChromium(): string | undefined {
  return findOnPath(PROGRAMS);
}

/**
 * Finds a Chromium, or installs Debian's where that is allowed.
 *
 * @returns its path, or one sentence that says how to get it
 */
export async function findOrInstallChromium(installer: Installer): Promise<{ path: string } | { missing: string }> {
  const found = findChromium();
  if (found !== undefined) return { path: found };
  const result = await installProgram(CHROMIUM, installer);
  const path = findChromium();
  if (path !== undefined) return { path };
  return { missing: `There is no browser for the browser tests: ${result.installed ? 'the package brought none' : result.reason}.` };
}
