const INDENT = '    ';

/** JSON as Go indents it. Works on the text, since numbers of 64 bits would not survive being parsed. */
export function indentJson(json: string): string {
  let depth = 0;
  return json.replace(/"(?:[^"\\]|\\.)*"|[{[]\s*[}\]]|[{}[\],:]/g, (token) => {
    switch (token) {
      case '{':
      case '[':
        depth += 1;
        return token + newLine(depth);
      case '}':
      case ']':
        depth -= 1;
        return newLine(depth) + token;
      case ',':
        return token + newLine(depth);
      case ':':
        return ': ';
      default:
        return token;
    }
  });
}

function newLine(depth: number): string {
  return `\n${INDENT.repeat(depth)}`;
}
