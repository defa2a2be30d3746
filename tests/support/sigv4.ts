// Is a request signed as S3 demands? The signature is computed anew by aws4 and compared.
//
// Source: "Authenticating Requests (AWS Signature Version 4)", Amazon S3 API Reference.
import type { IncomingMessage } from 'node:http';

import aws4 from 'aws4';

export interface SigningKey {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  region: string;
}

/** What S3 answers as `<Code>` when it refuses. */
export type Refusal =
  | 'AccessDenied'
  | 'AuthorizationHeaderMalformed'
  | 'InvalidAccessKeyId'
  | 'InvalidToken'
  | 'RequestTimeTooSkewed'
  | 'SignatureDoesNotMatch';

const maxSkewMs = 15 * 60_000;

export function verify(
  request: IncomingMessage,
  key: SigningKey,
  nowMs = Date.now(),
): Refusal | undefined {
  const query = new URLSearchParams((request.url ?? '').split('?')[1]);
  if (query.has('X-Amz-Signature')) return verifyPresigned(request, query, key, nowMs);
  if (request.headers.authorization !== undefined) return verifyHeader(request, key, nowMs);
  return 'AccessDenied';
}

function verifyHeader(
  request: IncomingMessage,
  key: SigningKey,
  nowMs: number,
): Refusal | undefined {
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      request.headers.authorization ?? '',
    );
  if (match === null) return 'AuthorizationHeaderMalformed';
  const [, accessKeyId, day, region, signedHeaders = '', signature] = match;
  if (accessKeyId !== key.accessKeyId) return 'InvalidAccessKeyId';
  if (region !== key.region) return 'AuthorizationHeaderMalformed';
  if (request.headers['x-amz-security-token'] !== key.sessionToken) return 'InvalidToken';

  const date = String(request.headers['x-amz-date']);
  if (!date.startsWith(day ?? '?') || Math.abs(nowMs - parseAmzDate(date)) > maxSkewMs) {
    return 'RequestTimeTooSkewed';
  }
  const names = signedHeaders.split(';');
  const mustBeSigned = [
    'host',
    ...Object.keys(request.headers).filter((n) => n.startsWith('x-amz-')),
  ];
  if (mustBeSigned.some((name) => !names.includes(name))) return 'AccessDenied';
  if (request.headers['x-amz-content-sha256'] === undefined) return 'AccessDenied';

  const expected = aws4.sign(
    {
      service: 's3',
      region: key.region,
      method: request.method ?? '',
      path: request.url ?? '',
      headers: Object.fromEntries(names.map((name) => [name, String(request.headers[name] ?? '')])),
    },
    { accessKeyId: key.accessKeyId, secretAccessKey: key.secretAccessKey },
  );
  const wanted = /Signature=([0-9a-f]{64})$/.exec(expected.headers['Authorization'] ?? '')?.[1];
  return wanted === signature ? undefined : 'SignatureDoesNotMatch';
}

function verifyPresigned(
  request: IncomingMessage,
  query: URLSearchParams,
  key: SigningKey,
  nowMs: number,
): Refusal | undefined {
  if (request.headers.authorization !== undefined) return 'AccessDenied'; // S3 refuses both at once
  const [accessKeyId] = (query.get('X-Amz-Credential') ?? '').split('/');
  if (accessKeyId !== key.accessKeyId) return 'InvalidAccessKeyId';
  if ((query.get('X-Amz-Security-Token') ?? undefined) !== key.sessionToken) return 'InvalidToken';
  const signedAtMs = parseAmzDate(query.get('X-Amz-Date') ?? '');
  const expiresMs = signedAtMs + Number(query.get('X-Amz-Expires')) * 1000;
  if (!(nowMs < expiresMs)) return 'AccessDenied';

  const expected = aws4.sign(
    {
      service: 's3',
      region: key.region,
      method: request.method ?? '',
      path: withoutSignature(request.url ?? ''),
      headers: { host: request.headers.host ?? '' },
      signQuery: true,
    },
    { accessKeyId: key.accessKeyId, secretAccessKey: key.secretAccessKey },
  );
  const wanted = new URLSearchParams(expected.path.split('?')[1]).get('X-Amz-Signature');
  return wanted === query.get('X-Amz-Signature') ? undefined : 'SignatureDoesNotMatch';
}

function withoutSignature(target: string): string {
  return target.replace(/[?&]X-Amz-Signature=[0-9a-f]*/, '').replace(/^([^?&]*)&/, '$1?');
}

/** "20261122T115355Z" as ms since the epoch; NaN for anything else. */
function parseAmzDate(text: string): number {
  return Date.parse(
    text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'),
  );
}
