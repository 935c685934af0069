// SPDX-License-Identifier: MIT
// Hooks of electron-builder. In its configuration, with this file in build/:
//
//   "afterSign": "build/sxlint.js", "afterAllArtifactBuild": "build/sxlint.js",
//   "mac": { "notarize": false }
//
// electron-builder notarizes before it calls afterSign (MacPackager.sign in its macPackager.ts), so leave
// that to a step behind it where sxlint shall come first.
'use strict'

const { spawnSync } = require('node:child_process')
const path = require('node:path')

function check(paths) {
  const program = process.env.SXLINT || 'sxlint'
  const { error, signal, status } = spawnSync(program, ['check', '--no-progress', '--', ...paths], { stdio: 'inherit' })
  if (error) {
    throw new Error(`sxlint did not run, so nothing was checked: ${error.message}`)
  }
  if (status !== 0) {
    throw new Error(`sxlint: ${signal || `exit code ${status}`}, see docs/pipeline.md`)
  }
}

exports.afterSign = async function afterSign(context) {
  if (context.electronPlatformName === 'darwin') {
    check([path.join(context.appOutDir, `${context.packager.appInfo.productFilename}.app`)])
  }
}

// What is for a Mac: where other platforms are built beside it, a zip is when its name says so, as
// the default name does.
function isForMac(file, onlyMac) {
  const kind = path.extname(file)
  return kind === '.dmg' || kind === '.pkg' || (kind === '.zip' && (onlyMac || /[-_.]mac\b/.test(path.basename(file))))
}

exports.afterAllArtifactBuild = async function afterAllArtifactBuild(result) {
  const platforms = Array.from(result.platformToTargets.keys(), (platform) => platform.nodeName)
  if (platforms.includes('darwin')) {
    const paths = result.artifactPaths.filter((file) => isForMac(file, platforms.length === 1))
    if (paths.length > 0) {
      check(paths)
    }
  }
  return []
}
