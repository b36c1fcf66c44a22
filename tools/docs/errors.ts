import { type Module, table } from './modules.ts';

interface Code {
  code: string;
  status: number;
  retriable: boolean;
  title: { en: string; 'zh-CN': string };
}

function isCode(value: unknown): value is Code {
  return typeof value === 'object' && value !== null && 'code' in value && 'status' in value && 'title' in value && 'retriable' in value;
}

/** Every error code that a module exports in a table made by `defineErrors`. */
function codesOf(module: Module): Code[] {
  return Object.values(module.exports)
    .flatMap((value) => (typeof value === 'object' && value !== null ? (Object.values(value) as unknown[]) : []))
    .filter(isCode);
}

/** docs/errors.md: every code that any part may answer, by the part that defines it. */
export function errorsPage(modules: readonly Module[]): string {
  const sections = modules.map((module) => ({ project: module.project, codes: codesOf(module) })).filter(({ codes }) => codes.length > 0);
  const projects = [...new Set(sections.map(({ project }) => project))].sort();
  const parts = projects.map((project) => {
    const codes = sections.filter((section) => section.project === project).flatMap((section) => section.codes);
    const rows = codes
      .sort((a, b) => (a.code < b.code ? -1 : 1))
      .map((code) => [`\`${code.code}\``, String(code.status), code.retriable ? 'yes' : 'no', code.title.en, code.title['zh-CN']]);
    return `## ${project}\n\n${table(['code', 'status', 'retriable', 'title', '标题'], rows)}`;
  });
  return [
    '# Errors',
    '',
    'Every error of the platform is a problem detail (RFC 9457, `application/problem+json`) with a stable `code`; `detail` says what is wrong with this',
    'request, `errors` names field and rule, `traceId` finds it in the traces and logs. The OAuth endpoints answer as RFC 6749 says instead, the Consul and',
    'Zipkin APIs as theirs do. `retriable`: the same request may succeed later without any change.',
    '',
    'This page is written by `npm run generate:docs` from the code; `npm run check:docs` fails when it is out of date.',
    '',
    parts.join('\n\n'),
    '',
  ].join('\n');
}
