# A custom fact: what the machine is for, as its name says.
Facter.add(:site_role) do
  setcode { Facter.value(:networking)['hostname'][/\A[a-z]+/] }
end
