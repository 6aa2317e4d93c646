/** How the servers of the tests are started. */
import { join } from 'node:path'
import { caCertificate, serverCertificate, serverKey } from '../unit/io/kube/certificates.ts'
import type { Program } from './servers.ts'

/** How a Prometheus is told from others, and where it sends what it has scraped. */
interface Sent {
  labels?: Record<string, string>
  remote?: string
}

const scrape = (port: number, { labels, remote }: Sent = {}) =>
  JSON.stringify({
    global: { scrape_interval: '1s', ...(labels && { external_labels: labels }) },
    scrape_configs: [{ job_name: 'own', static_configs: [{ targets: [`127.0.0.1:${port}`] }] }],
    ...(remote && { remote_write: [{ url: remote }] }),
  })

const prometheusArgs = ({ folder, port }: { folder: string; port: number }) => [
  `--config.file=${join(folder, 'prometheus.yml')}`,
  `--storage.tsdb.path=${join(folder, 'data')}`,
  `--web.listen-address=127.0.0.1:${port}`,
]

/** Scrapes itself. */
export const prometheus: Program = {
  command: 'prometheus',
  args: prometheusArgs,
  files: ({ port }) => ({ 'prometheus.yml': scrape(port) }),
}

/** Scrapes this port of the machine each second. */
export const prometheusOf = (target: number, sent: Sent = {}): Program => ({
  command: 'prometheus',
  args: prometheusArgs,
  files: () => ({ 'prometheus.yml': scrape(target, sent) }),
})

/** As one node, which scrapes this port of the machine each second. */
export const victoriaMetricsOf = (target: number): Program => ({
  command: 'victoria-metrics',
  args: ({ folder, port }) => [
    `-promscrape.config=${join(folder, 'scrape.yml')}`,
    `-storageDataPath=${join(folder, 'data')}`,
    `-httpListenAddr=127.0.0.1:${port}`,
    '-memory.allowedBytes=64MB',
  ],
  files: () => ({ 'scrape.yml': scrape(target) }),
})

/** Knows `me` by `word`, and lets in nobody without a certificate of the authority. */
export const guardedPrometheus: Program = {
  command: 'prometheus',
  scheme: 'https',
  args: (at) => [...prometheusArgs(at), `--web.config.file=${join(at.folder, 'web.yml')}`],
  files: ({ folder }) => ({
    'prometheus.yml': '{}',
    'ca.pem': caCertificate,
    'cert.pem': serverCertificate,
    'key.pem': serverKey,
    'web.yml': JSON.stringify({
      tls_server_config: {
        cert_file: join(folder, 'cert.pem'),
        key_file: join(folder, 'key.pem'),
        client_auth_type: 'RequireAndVerifyClientCert',
        client_ca_file: join(folder, 'ca.pem'),
      },
      basic_auth_users: { me: '$2b$04$abcdefghijklmnopqrstuuB/GrfUOm5dtrEiT8lcouu5XB5ftbWLi' },
    }),
  }),
}

/** Version 1, which asks for a login as soon as there is somebody who may log in. */
export const influxdb: Program = {
  command: 'influxd',
  args: ({ folder }) => ['-config', join(folder, 'influxdb.conf')],
  files: ({ folder, port, further }) => ({
    'influxdb.conf': `
      reporting-disabled = true
      bind-address = "127.0.0.1:${further}"
      [meta]
        dir = "${folder}/meta"
      [data]
        dir = "${folder}/data"
        wal-dir = "${folder}/wal"
      [monitor]
        store-enabled = false
      [http]
        bind-address = "127.0.0.1:${port}"
        auth-enabled = true
    `,
  }),
}

/** Its own web application, over files that this writes: ten values of 7, a second apart. */
export const graphite: Program = {
  // Debian's own, whatever else is on the path: it has Debian's packages.
  command: '/usr/bin/python3',
  args: () => ['serve.py'],
  env: (folder) => ({ DJANGO_SETTINGS_MODULE: 'canary_settings', PYTHONPATH: folder }),
  files: ({ folder, port }) => ({
    'canary_settings.py': `
STORAGE_DIR = LOG_DIR = ${JSON.stringify(folder)}
WHISPER_DIR = STANDARD_DIRS = STORAGE_DIR + '/whisper'
from graphite.settings import *
STORAGE_DIR = LOG_DIR = ${JSON.stringify(folder)}
WHISPER_DIR = STORAGE_DIR + '/whisper'
STANDARD_DIRS = [WHISPER_DIR]
INDEX_FILE = STORAGE_DIR + '/index'
SECRET_KEY = 'for tests'
ALLOWED_HOSTS = ['*']
LOG_ROTATION = False
LOG_FILE_INFO = LOG_FILE_EXCEPTION = LOG_FILE_CACHE = LOG_FILE_RENDERING = '-'
CARBONLINK_HOSTS = []
DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': STORAGE_DIR + '/db'}}
`,
    'serve.py': `
import os, time, whisper
from wsgiref.simple_server import make_server
os.makedirs('whisper/app')
whisper.create('whisper/app/errors.wsp', [(1, 600)])
now = int(time.time())
whisper.update_many('whisper/app/errors.wsp', [(now - back, 7) for back in range(10, 0, -1)])
from graphite.wsgi import application
make_server('127.0.0.1', ${port}, application).serve_forever()
`,
  }),
}
