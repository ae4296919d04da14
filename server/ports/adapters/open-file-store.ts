import { join } from 'node:path'
import type { Config } from '../../config.ts'
import type { Clock } from '../clock.ts'
import type { FileStore } from '../file-store.ts'
import { freshSecret } from '../fresh-secret.ts'
import { createLocalFileStore } from './local-file-store.ts'
import { createS3FileStore } from './s3/s3-file-store.ts'

/** Where the configuration says that files lie: S3-compatible storage, else the data folder. */
export function openFileStore(config: Config, clock: Clock): FileStore {
  const { S3_ENDPOINT, S3_BUCKET = '', S3_REGION, S3_ACCESS_KEY = '', S3_SECRET_KEY = '', SECRET_FILES } = config
  if (S3_ENDPOINT === undefined) return createLocalFileStore(join(config.DATA_DIR, 'files'))
  const secretAccessKey = freshSecret(SECRET_FILES['S3_SECRET_KEY'], S3_SECRET_KEY)
  return createS3FileStore({ endpoint: S3_ENDPOINT, bucket: S3_BUCKET, region: S3_REGION, accessKeyId: S3_ACCESS_KEY, secretAccessKey, clock })
}
