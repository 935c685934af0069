# SPDX-License-Identifier: MIT
# lane.rb FASTFILE PATH: runs the lane of a Fastfile with the few words of fastlane that it uses.
module UI
  def self.user_error!(message)
    abort message
  end
end

def desc(_text); end

# As fastlane's `sh`: with a block it does not fail by itself, and the block gets the status.
def sh(*command)
  system(*command)
  status = $?
  abort "#{command.first}: not found" if status.nil? || status.exitstatus == 127
  yield status, "", command.join(" ")
end

def private_lane(name, &block)
  define_singleton_method(name, &block)
end

fastfile, path = ARGV
eval(File.read(fastfile), binding, fastfile)
Dir.mkdir("fastlane")
Dir.chdir("fastlane")
sxlint(paths: [path], html: "sxlint.html", junit: "sxlint.xml", fail_on: "error")
abort "no reports" unless File.exist?("../sxlint.html") && File.exist?("../sxlint.xml")
