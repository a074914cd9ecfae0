# frozen_string_literal: true

# Compiles until there is a file `goes` in a folder; says in `waits` which process it is that waits.
Puppet::Functions.create_function(:'slow::wait') do
  dispatch :wait do
    param 'String', :folder
  end

  def wait(folder)
    File.write("#{folder}/waits", Process.pid.to_s)
    sleep 0.05 until File.exist?("#{folder}/goes")
    'waited'
  end
end
