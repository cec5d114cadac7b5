"""The words of DESIGN section 1 as frozen values; the stored records are these values as JSON."""
