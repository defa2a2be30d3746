// SPDX 2.3 in JSON: https://spdx.github.io/spdx-spec/v2.3/
import { createHash } from 'node:crypto';

/** What something of ours contains, or needs. */
export interface Dependency {
  name: string;
  version: string;
  /** An SPDX licence expression. */
  licence: string;
  /** https://github.com/package-url/purl-spec */
  purl: string;
  /** As in package-lock.json. */
  integrity?: string;
}

/** Something of ours; its parts are by the SPDX relationship in which it stands to them. */
export interface Product {
  name: string;
  parts: Record<string, Dependency[]>;
}

interface SpdxPackage {
  name: string;
  SPDXID: string;
  versionInfo: string;
  licenseDeclared: string;
}

interface Relationship {
  spdxElementId: string;
  relationshipType: string;
  relatedSpdxElement: string;
}

const identifier = (ecosystem: string, name: string, version = '') =>
  `SPDXRef-${ecosystem}-${name}-${version}`.replaceAll(/[^A-Za-z0-9.-]/g, '-').replace(/-$/, '');

const nothingSaid = {
  downloadLocation: 'NOASSERTION',
  filesAnalyzed: false,
  copyrightText: 'NOASSERTION',
};

function dependency({ name, version, licence, purl, integrity }: Dependency) {
  const ecosystem = purl.slice('pkg:'.length, purl.indexOf('/'));
  const reference = {
    referenceCategory: 'PACKAGE-MANAGER',
    referenceType: 'purl',
    referenceLocator: purl,
  };
  const sha512 =
    integrity?.startsWith('sha512-') && Buffer.from(integrity.slice(7), 'base64').toString('hex');
  return {
    name,
    SPDXID: identifier(ecosystem, name, version),
    versionInfo: version,
    ...nothingSaid,
    licenseConcluded: 'NOASSERTION',
    licenseDeclared: licence,
    externalRefs: [reference],
    ...(sha512 ? { checksums: [{ algorithm: 'SHA512', checksumValue: sha512 }] } : {}),
  };
}

/**
 * The document of some products of ours. The same packages make the same document, its date apart, which
 * SOURCE_DATE_EPOCH fixes.
 */
export function spdxDocument(version: string, products: Product[]) {
  const packages = new Map<string, SpdxPackage>();
  const relationships: Relationship[] = [];
  const relate = (from: string, relationshipType: string, to: string) =>
    relationships.push({ spdxElementId: from, relationshipType, relatedSpdxElement: to });
  for (const { name, parts } of products) {
    const product = identifier('ours', name);
    const licences = { licenseConcluded: 'Apache-2.0', licenseDeclared: 'Apache-2.0' };
    packages.set(product, {
      name,
      SPDXID: product,
      versionInfo: version,
      ...nothingSaid,
      ...licences,
    });
    relate('SPDXRef-DOCUMENT', 'DESCRIBES', product);
    for (const [relationship, used] of Object.entries(parts)) {
      for (const each of used.map(dependency)) {
        packages.set(each.SPDXID, each);
        relate(product, relationship, each.SPDXID);
      }
    }
  }
  const listed = [...packages.values()];
  const hash = createHash('sha256')
    .update(JSON.stringify([listed, relationships]))
    .digest('hex');
  const epoch = process.env.SOURCE_DATE_EPOCH;
  return {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: `image-cache-${version}`,
    documentNamespace: `https://spdx.org/spdxdocs/image-cache-${version}-${hash}`,
    creationInfo: {
      created: `${(epoch ? new Date(Number(epoch) * 1000) : new Date()).toISOString().slice(0, 19)}Z`,
      creators: [`Tool: image-cache-sbom-${version}`],
    },
    packages: listed,
    relationships,
  };
}
