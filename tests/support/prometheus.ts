// The text format of Prometheus, version 0.0.4, read strictly: what it does not allow, throws.
export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

export interface Family {
  type: string;
  samples: Sample[];
}

const nameForm = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const labelForm = String.raw`[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"`;
const sampleForm = new RegExp(
  String.raw`^(${nameForm})(?:\{((?:${labelForm})?(?:,${labelForm})*),?\})? (\S+)(?: -?\d+)?$`,
);

export function parsePrometheus(text: string): Map<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  const families = new Map<string, Family>();
  for (const line of text.slice(0, -1).split('\n')) {
    const comment = new RegExp(`^# (HELP|TYPE) (${nameForm}) (.*)$`).exec(line);
    if (comment !== null) {
      const [, kind, name = '', rest = ''] = comment;
      if (kind !== 'TYPE') continue;
      if (!/^(counter|gauge|histogram|summary|untyped)$/.test(rest))
        throw new Error(`type: ${line}`);
      if (families.has(name)) throw new Error(`a second family: ${line}`);
      families.set(name, { type: rest, samples: [] });
      continue;
    }
    if (line === '' || line.startsWith('#')) continue;
    const sample = parseSample(line);
    const base = sample.name.replace(/_(bucket|sum|count)$/, '');
    const family = families.get(sample.name) ?? families.get(base);
    if (family === undefined) throw new Error(`a sample of no family: ${line}`);
    family.samples.push(sample);
  }
  return families;
}

function parseSample(line: string): Sample {
  const match = sampleForm.exec(line);
  if (match === null) throw new Error(`not a sample: ${line}`);
  const [, name = '', labelText = '', valueText = ''] = match;
  const labels: Record<string, string> = {};
  for (const [, label = '', value = ''] of labelText.matchAll(
    /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g,
  )) {
    labels[label] = value;
  }
  const value = Number(valueText.replace(/^([+-]?)Inf$/, '$1Infinity'));
  if (Number.isNaN(value) && valueText !== 'NaN') throw new Error(`not a number: ${line}`);
  return { name, labels, value };
}
