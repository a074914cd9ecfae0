# frozen_string_literal: true

Facter.add(:site_color) { setcode { 'blue' } }
