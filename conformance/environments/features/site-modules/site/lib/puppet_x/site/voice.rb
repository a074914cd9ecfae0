# frozen_string_literal: true

module PuppetX
  module Site
    # What functions share.
    module Voice
      def self.louder(word, times)
        word.upcase + ('!' * times)
      end
    end
  end
end
