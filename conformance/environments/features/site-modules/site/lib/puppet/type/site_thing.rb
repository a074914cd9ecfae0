# frozen_string_literal: true

Puppet::Type.newtype(:site_thing) do
  @doc = 'A file that says how large and of what flavour a thing is.'

  ensurable

  newparam(:name, namevar: true) { desc 'What it is called.' }

  newparam(:path) { desc 'Where it is kept.' }

  newparam(:secret) { desc 'Not for everybody.' }

  newproperty(:size) do
    desc 'How large it is.'
    munge { |value| Integer(value) }
  end

  newproperty(:flavour) do
    newvalues(:sweet, :sour)
    defaultto :sweet
  end
end
