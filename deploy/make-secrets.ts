import { makeDeploySecrets } from './deploy-secrets.ts'

/** `make-secrets FOLDER`: the secret files of docker-compose.yml. Prints what belongs into `.env`. */
const [folder = 'secrets'] = process.argv.slice(2)
for (const line of makeDeploySecrets(folder)) process.stdout.write(`${line}\n`)
