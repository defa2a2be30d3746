// The bucket as actors and pictures, each with a URL that is presigned anew at every call: that is
// what the backend of a real application hands to its page.
import { DeleteObjectCommand, GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { ActorNames } from '../bucket/actor-names.ts';
import { listObjects, type StoredObject } from '../bucket/objects.ts';

export interface CatalogPicture {
  name: string;
  s3_url: string;
  size_bytes: number;
}

export interface CatalogActor {
  id: string;
  /** The folder as it is called in the bucket. */
  name: string;
  pictures: CatalogPicture[];
}

/** More than a page can show is not listed; `truncated` says so. */
export const MAX_OBJECTS = 10_000;
const URL_LIFETIME_S = 3600;
const PICTURE = /\.(jpe?g|png|webp|gif|avif|bmp|tiff?|jxl)$/i;

export class Catalog {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;

  constructor(client: S3Client, bucket: string, prefix: string) {
    this.#client = client;
    this.#bucket = bucket;
    this.#prefix = prefix;
  }

  async list(): Promise<{ actors: CatalogActor[]; truncated: boolean }> {
    const { folders, truncated } = await this.#folders();
    const actors: CatalogActor[] = [];
    for (const [id, folder] of folders) actors.push(await this.#signed(id, folder));
    return { actors, truncated };
  }

  /** Nothing when there is no such actor. */
  async actor(id: string): Promise<CatalogActor | undefined> {
    const folder = (await this.#folders()).folders.get(id);
    return folder && this.#signed(id, folder);
  }

  /** False when there is no such picture. */
  async delete(id: string, name: string): Promise<boolean> {
    const folder = (await this.#folders()).folders.get(id);
    const object = folder?.objects.find((one) => nameIn(folder, one) === name);
    if (object === undefined) return false;
    await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: object.key }));
    return true;
  }

  async #folders(): Promise<{ folders: Map<string, Folder>; truncated: boolean }> {
    const objects = await listObjects(this.#client, this.#bucket, this.#prefix, MAX_OBJECTS + 1);
    const names = new ActorNames();
    const folders = new Map<string, Folder>();
    for (const object of objects.slice(0, MAX_OBJECTS)) {
      if (!PICTURE.test(object.key)) continue;
      const rest = object.key.slice(this.#prefix.length);
      const slash = rest.indexOf('/');
      const path = this.#prefix + rest.slice(0, slash + 1);
      const name = slash > 0 ? rest.slice(0, slash) : this.#looseName();
      const id = names.idFor(name, path);
      const folder = folders.get(id) ?? { name, path, objects: [] };
      folder.objects.push(object);
      folders.set(id, folder);
    }
    for (const folder of folders.values()) {
      // S3 lists _10 before _2.
      folder.objects.sort((a, b) => a.key.localeCompare(b.key, 'en', { numeric: true }));
    }
    return { folders, truncated: objects.length > MAX_OBJECTS };
  }

  #looseName(): string {
    return this.#prefix.split('/').filter(Boolean).at(-1) ?? this.#bucket;
  }

  async #signed(id: string, folder: Folder): Promise<CatalogActor> {
    const pictures = await Promise.all(
      folder.objects.map(async (object) => ({
        name: nameIn(folder, object),
        s3_url: await this.#presign(object.key),
        size_bytes: object.sizeBytes,
      })),
    );
    return { id, name: folder.name, pictures };
  }

  #presign(key: string): Promise<string> {
    const command = new GetObjectCommand({ Bucket: this.#bucket, Key: key });
    return getSignedUrl(this.#client, command, { expiresIn: URL_LIFETIME_S });
  }
}

interface Folder {
  name: string;
  /** Prefix of its keys, with the slash. */
  path: string;
  objects: StoredObject[];
}

const nameIn = (folder: Folder, object: StoredObject): string =>
  object.key.slice(folder.path.length);
