# SPDX-License-Identifier: MIT
# usage: ruby formula.rb FORMULA ARCHIVE: follows Homebrew's formula as brew would, without brew: the
# digest is that of the archive, what it installs goes into a folder of its own, and its test passes.
require "digest"
require "open3"
require "pathname"
require "tmpdir"

class Pathname
  def install(*names)
    mkpath
    names.each { |name| system("cp", "-R", name, to_s) || abort("cannot install #{name}") }
  end
end

# The words that the formula uses, and no other: an unknown one fails.
class Formula
  class << self
    attr_reader :said, :check

    %i[desc homepage url sha256 license].each do |word|
      define_method(word) { |value| (@said ||= {})[word] = value }
    end
    def depends_on(*); end
    def uses_from_macos(*); end

    def test(&block)
      @check = block
    end
  end

  attr_reader :prefix

  def initialize(prefix)
    @prefix = Pathname(prefix)
  end

  def bin = prefix/"bin"
  def pkgshare = prefix/"share/sxlint"
  def version = self.class.said[:url][/-([0-9.]+)\.tar/, 1]
  def std_meson_args = ["--prefix=#{prefix}", "--buildtype=release", "--wrap-mode=nofallback"]

  def system(*words)
    output, status = Open3.capture2e(*words)
    abort("#{words.join(" ")}:\n#{output}") unless status.success?
  end

  def shell_output(command, wanted = 0)
    output, status = Open3.capture2(command)
    abort("#{command}: exit #{status.exitstatus}, want #{wanted}") if status.exitstatus != wanted
    output
  end

  def assert_match(pattern, text)
    text.match?(pattern) || abort("no #{pattern} in:\n#{text}")
  end
end

formula, archive = ARGV.map { |name| File.expand_path(name) }
load formula
abort("the digest is not that of the archive") if Digest::SHA256.file(archive).hexdigest != Sxlint.said[:sha256]
Dir.mktmpdir do |folder|
  Dir.chdir(folder)
  Kernel.system("tar", "-xf", archive) || abort("no archive: #{archive}")
  Dir.chdir(Dir.children(folder).first)
  made = Sxlint.new("#{folder}/prefix")
  made.install
  made.instance_eval(&Sxlint.check)
  abort("no example") unless (made.pkgshare/"examples/findings.c").file?
end
puts "the formula installs, and its test passes"
