// SPDX-License-Identifier: MIT
// hook.js HOOKS NAME PATH: calls a hook with what electron-builder gives to it.
'use strict'
const path = require('node:path')
const [hooks, name, file] = process.argv.slice(2)

const given = {
  afterSign: {
    electronPlatformName: 'darwin',
    appOutDir: path.dirname(file),
    packager: { appInfo: { productFilename: path.basename(file, '.app') } },
  },
  afterAllArtifactBuild: {
    outDir: path.dirname(file),
    platformToTargets: new Map([[{ nodeName: 'darwin' }, new Map()], [{ nodeName: 'win32' }, new Map()]]),
    artifactPaths: [file, `${file}.blockmap`, '/nowhere/Waffle-1.0-win.zip', '/nowhere/Waffle.exe'],
  },
}

require(hooks)[name](given[name]).catch((error) => {
  console.error(error.message)
  process.exitCode = 1
})
