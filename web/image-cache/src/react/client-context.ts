import { createContext, useContext } from 'react';
import type { ImageCacheClient } from '../create-image-cache.js';
import { defaultClient } from '../default-client.js';

const ClientContext = createContext(defaultClient);

/** Gives the components below it a cache of their own, made by createImageCache. */
export const ImageCacheProvider = ClientContext.Provider;

export const useImageCacheClient = (): ImageCacheClient => useContext(ClientContext);
